//! From clauses to conduct: principles as weighted means of their clauses, conduct as
//! the weighted mean of the principles.

use super::{ClauseScore, Finding};
use crate::doctrine::Doctrine;
use crate::guidance::{Catalogue, Principle};

/// What the clauses of a run come to, in thousandths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conduct {
    /// Every principle with its score, in the order of the catalogue; `None` if nothing
    /// of it was tested, or nothing that was counts.
    pub principles: Vec<(Principle, Option<i32>)>,
    /// The weighted mean of the principles.
    pub guidance: i32,
}

/// What clauses, in the order of the catalogue, come to by a doctrine. A clause that
/// weighs double counts double within its principle and in the whole.
pub fn conduct(doctrine: &Doctrine, clauses: &[ClauseScore]) -> Conduct {
    let catalogue = Catalogue::current();
    let (mut sum, mut weights) = (0, 0);
    let mut principles = Vec::with_capacity(catalogue.principles.len());
    for row in &catalogue.principles {
        let tested = Tested::of(catalogue, doctrine, clauses, row.id);
        if let Some(score) = tested.score() {
            // As much more or less as its clauses weigh more or less, in hundredths.
            let weight = i64::from(row.weight) * tested.weighed / tested.weight;
            sum += i64::from(score) * weight;
            weights += weight;
        }
        principles.push((row.id, tested.score()));
    }
    let guidance = if weights == 0 { 0 } else { sum / weights };
    Conduct {
        principles,
        guidance: guidance as i32,
    }
}

/// The clauses of a principle that were tested, added up.
#[derive(Default)]
struct Tested {
    /// Their weights, thousandths.
    weight: i64,
    /// The same by the doctrine, in hundredths of that.
    weighed: i64,
    /// Their shares, each times that.
    sum: i64,
}

impl Tested {
    fn of(
        catalogue: &Catalogue,
        doctrine: &Doctrine,
        clauses: &[ClauseScore],
        principle: Principle,
    ) -> Self {
        let mut tested = Tested::default();
        for (n, (clause, score)) in catalogue.clauses.iter().zip(clauses).enumerate() {
            if clause.principle == Some(principle) && score.finding != Finding::NotTested {
                let weight = i64::from(catalogue.weight(clause));
                let weighed = weight * i64::from(doctrine.percent(n));
                tested.weight += weight;
                tested.weighed += weighed;
                tested.sum += i64::from(score.share) * weighed;
            }
        }
        tested
    }

    fn score(&self) -> Option<i32> {
        (self.weighed > 0).then(|| (self.sum / self.weighed).clamp(0, 1000) as i32)
    }
}

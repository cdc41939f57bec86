mod portrait;

fn main() {}

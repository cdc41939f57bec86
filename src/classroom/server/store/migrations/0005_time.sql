-- Time that a class runs against, and only while it runs: a pause, a server that is down
-- and a clock that is set cost nobody anything. `limit_ms` is 0 where there is no limit;
-- `spent_ms` was right at `ticked_at`.
ALTER TABLE class ADD COLUMN began_at BIGINT;
ALTER TABLE class ADD COLUMN limit_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE class ADD COLUMN spent_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE class ADD COLUMN ticked_at BIGINT NOT NULL DEFAULT 0;
-- A deleted class keeps its row, so that programs that come back are told, and receipts
-- their chain.
ALTER TABLE class ADD COLUMN deleted_at BIGINT;
-- When somebody was here first, and where the class's time stood then. `allowance` is
-- their time in hundredths of everyone's, 0 for no limit; `granted_ms` was given by the
-- instructor, `away_ms` passed while their line was cut, `heard_ms` is where the class's
-- time stood when they were last heard of.
ALTER TABLE seat ADD COLUMN came_at BIGINT;
ALTER TABLE seat ADD COLUMN came_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seat ADD COLUMN allowance BIGINT NOT NULL DEFAULT 100;
ALTER TABLE seat ADD COLUMN granted_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seat ADD COLUMN away_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seat ADD COLUMN heard_ms BIGINT NOT NULL DEFAULT 0;
UPDATE seat SET came_at = joined_at;
UPDATE class SET began_at = created_at WHERE state <> 'lobby';

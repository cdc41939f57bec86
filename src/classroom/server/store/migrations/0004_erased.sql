-- A person who was erased: no name, no token, no words of their own; the seat's number
-- and what was played on it stay.
ALTER TABLE seat ADD COLUMN erased_at BIGINT;

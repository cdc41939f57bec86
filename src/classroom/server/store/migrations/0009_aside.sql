-- What is kept aside is counted by seat, before more of it is.
CREATE INDEX rejected_by_seat ON rejected (seat_id);

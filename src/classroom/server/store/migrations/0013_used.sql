-- What opened the seat for whoever came with this code: the hash of their token, empty
-- until somebody did. The answer may be lost on its way; whoever asks again with the same
-- code and the same token of their own is answered again, until the code's time is over.
ALTER TABLE seat_code ADD COLUMN used_by TEXT NOT NULL DEFAULT '';

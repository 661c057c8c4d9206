-- migrate:up

-- As of the lists made from a name; '' where the list was made before these columns were there.
ALTER TABLE snapshots ADD COLUMN wish TEXT NOT NULL DEFAULT '';         -- JSON
ALTER TABLE snapshots ADD COLUMN explanation TEXT NOT NULL DEFAULT '';  -- JSON

-- migrate:down

ALTER TABLE snapshots DROP COLUMN explanation;
ALTER TABLE snapshots DROP COLUMN wish;

-- migrate:up

-- The creates that were begun. Written by the server before it asks upstream for a list; a row that is still
-- there tells of a list that was made and neither described nor remembered.
CREATE TABLE creates_begun (
  owner         TEXT NOT NULL,               -- the user name as upstream writes it
  name_key      TEXT NOT NULL,               -- folded, as names are compared
  name          TEXT NOT NULL,               -- as upstream was told it
  songs         TEXT NOT NULL,               -- JSON list of song ids, as upstream was told them
  comment       TEXT NOT NULL,               -- what the list was to be described with
  others        TEXT NOT NULL,               -- JSON list of the ids of the lists that there were before
  begun_at      TEXT NOT NULL,
  PRIMARY KEY (owner, name_key)
) STRICT, WITHOUT ROWID;

-- migrate:down

DROP TABLE creates_begun;

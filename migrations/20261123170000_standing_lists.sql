-- migrate:up

DROP TABLE snapshots;

-- The last good list of each recipe and user. Written by the server, and by `refresh`.
CREATE TABLE snapshots (
  owner         TEXT NOT NULL,               -- the user name as upstream writes it
  recipe        TEXT NOT NULL,               -- its key
  period        TEXT NOT NULL,               -- that it was made for
  digest        TEXT NOT NULL,               -- of the recipe that it was made from
  generation    INTEGER NOT NULL,            -- of the library that it was made from
  name          TEXT NOT NULL,               -- as clients see it: "The 1980s"
  comment       TEXT NOT NULL,
  songs         TEXT NOT NULL,               -- JSON list of song ids
  seconds       INTEGER NOT NULL,            -- of all of them
  cover         TEXT NOT NULL,               -- upstream's id of a picture
  made_at       TEXT NOT NULL,
  created_at    TEXT NOT NULL,               -- of the first one
  changed_at    TEXT NOT NULL,               -- when name, comment or songs were last others
  valid_until   TEXT NOT NULL,
  PRIMARY KEY (owner, recipe)
) STRICT, WITHOUT ROWID;

-- What a user has deleted of them, so that it does not come back.
CREATE TABLE hidden_recipes (
  owner         TEXT NOT NULL,
  recipe        TEXT NOT NULL,
  hidden_at     TEXT NOT NULL,
  PRIMARY KEY (owner, recipe)
) STRICT, WITHOUT ROWID;

-- What could not be filled well, so that it is not tried again before something is new.
CREATE TABLE recipes_in_vain (
  owner         TEXT NOT NULL,
  recipe        TEXT NOT NULL,
  attempt       TEXT NOT NULL,               -- period, digest of the recipe, generation of the library
  PRIMARY KEY (owner, recipe)
) STRICT, WITHOUT ROWID;

-- Who has asked for lists, and what he may hear: for whom lists are made before they are asked for.
CREATE TABLE listeners (
  owner         TEXT PRIMARY KEY,
  libraries     TEXT,                        -- JSON list of ids; null for all
  is_admin      INTEGER NOT NULL,
  seen_at       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- migrate:down

DROP TABLE listeners;
DROP TABLE recipes_in_vain;
DROP TABLE hidden_recipes;
DROP TABLE snapshots;
CREATE TABLE snapshots (
  snapshot_id   TEXT PRIMARY KEY,
  owner         TEXT NOT NULL,
  recipe        TEXT NOT NULL,
  period        TEXT NOT NULL,
  songs         TEXT NOT NULL,
  explanation   TEXT NOT NULL,
  made_at       TEXT NOT NULL,
  valid_until   TEXT NOT NULL
) STRICT;

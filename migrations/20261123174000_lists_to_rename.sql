-- migrate:up

-- The lists that are there to be renamed to a prompt, and what became of them. Written by the server.
CREATE TABLE placeholders (
  placeholder_id TEXT PRIMARY KEY,           -- as clients know it
  owner          TEXT NOT NULL,              -- the user name as upstream writes it
  songs          TEXT NOT NULL,              -- JSON list of song ids
  created_at     TEXT NOT NULL,
  playlist_id    TEXT NOT NULL DEFAULT '',   -- the playlist that it became
  hidden_at      TEXT                        -- its owner has deleted it
) STRICT, WITHOUT ROWID;

CREATE INDEX placeholders_by_owner ON placeholders (owner);

-- migrate:down

DROP TABLE placeholders;

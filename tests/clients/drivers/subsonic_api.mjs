// npm's subsonic-api, which Substreamer ships a fork of: JSON with tokens, by GET or POST. See talk.py.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { SERVER_URL, SERVER_USER, SERVER_PASSWORD, CLIENT_FOLDER, CLIENT_WAY } = process.env;
const found = createRequire(`${CLIENT_FOLDER}/package.json`).resolve("subsonic-api");
const { SubsonicAPI } = await import(pathToFileURL(found));

const BEGINNING = 64 * 1024;
const auth = { username: SERVER_USER, password: SERVER_PASSWORD };
const api = new SubsonicAPI({ url: SERVER_URL, auth, post: CLIENT_WAY === "POST" });

const sound = (reply) => {
  if (reply.status !== "ok") throw new Error(JSON.stringify(reply.error));
  return reply;
};
const told = ({ id, name, songCount, created, changed, entry = [] }) => {
  if (isNaN(created) || isNaN(changed ?? created)) throw new Error(`not dates: ${created}, ${changed}`);
  return { id, name, count: songCount, songs: entry.map((song) => song.id) };
};

const steps = {
  log_in: async () => sound(await api.ping()).status === "ok",
  lists: async () => sound(await api.getPlaylists()).playlists.playlist.map(told),
  create: async (name) => told(sound(await api.createPlaylist({ name })).playlist),
  open: async (id) => told(sound(await api.getPlaylist({ id })).playlist),
  begin: async (id) => {
    const { body } = await api.stream({ id });
    const { value } = await body.getReader({ mode: "byob" }).read(new Uint8Array(BEGINNING), { min: BEGINNING });
    return Buffer.from(value).toString("hex");
  },
  rename: async (playlistId, name) => sound(await api.updatePlaylist({ playlistId, name })).status,
  add: async (playlistId, song) => sound(await api.updatePlaylist({ playlistId, songIdToAdd: [song] })).status,
  remove: async (playlistId, place) =>
    sound(await api.updatePlaylist({ playlistId, songIndexToRemove: [place] })).status,
  delete: async (id) => sound(await api.deletePlaylist({ id })).status,
};

for await (const line of createInterface({ input: process.stdin })) {
  const [step, ...given] = JSON.parse(line);
  const answer = await steps[step](...given).then(
    (answer) => ({ answer }),
    (error) => ({ fault: String(error) }),
  );
  process.stdout.write(JSON.stringify(answer) + "\n");
}
process.exit();

/** The console of `/docs/live`: follow something, see each frame, lose the connection, come back. Plain text only goes into the page. */
const at = (id) => document.getElementById(id);
const eventTypes = [...document.querySelectorAll("[data-event]")].map((place) => place.dataset.event);
const meaningOf = (code) => document.querySelector(`[data-close="${code}"] td`)?.textContent ?? "";

/** Older frames leave the page. */
const MOST_FRAMES = 500;

/** What is followed, and how far: it outlives a connection. */
let place = null;
/** The connection there is: `close()`, and `send(text)` for sockets. */
let line = null;
let held = [];
let paused = false;

const element = (name, text, className = "") =>
  Object.assign(document.createElement(name), { textContent: text, className });

const say = (text) => {
  at("status").textContent = text;
};

async function readJson(path, options) {
  const response = await fetch(path, options);
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail ?? body.title);
  return body;
}

const chosen = () => new FormData(at("follow")).get("target");

function showFields() {
  for (const part of document.querySelectorAll("[data-for]"))
    part.hidden = !part.dataset.for.split(" ").includes(chosen());
  at("id").required = chosen() !== "ask";
}

/** What the form asks for; a prompt is asked first. */
async function placeToFollow() {
  const fresh = { seqs: new Map(), others: new Set(), since: at("since").value.trim() };
  if (chosen() === "session") return { kind: "session", id: at("id").value.trim(), ...fresh };
  if (chosen() === "thread") {
    const id = at("id").value.trim().toLowerCase();
    return { kind: "thread", id, ...fresh, seqs: new Map([[id, Number(at("after").value)]]) };
  }
  const { thread_id } = await readJson("/api/orchestrate/prompt", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ prompt: at("prompt").value, mode: at("mode").value }),
  });
  return { kind: "thread", id: thread_id, ...fresh };
}

async function connect(event) {
  event.preventDefault();
  hangUp();
  say("Connecting …");
  try {
    place = await placeToFollow();
    open();
  } catch (error) {
    say(error.message);
    showButtons();
  }
}

/** From where we are in it. */
function open() {
  const { kind, id, seqs, since } = place;
  const query = kind === "thread" ? `?after=${seqs.get(id) ?? 0}` : since && `?since=${encodeURIComponent(since)}`;
  const name = encodeURIComponent(id);
  if (at("transport").value === "socket") openSocket(`/ws/${kind === "thread" ? "thread/" : ""}${name}${query}`);
  else openStream(`/api/${kind}s/${name}/events${query}`);
  showButtons();
}

function openSocket(path) {
  const socket = new WebSocket(location.origin.replace(/^http/, "ws") + path);
  const isOurs = () => line?.socket === socket;
  line = { socket, close: () => socket.close(1000), send: (text) => socket.send(text) };
  socket.onopen = () => {
    say(`Connected: WebSocket ${path}`);
    for (const thread_id of place.others)
      send({ type: "subscribe", thread_id, after_seq: place.seqs.get(thread_id) ?? 0 });
    showButtons();
  };
  socket.onmessage = ({ data }) => isOurs() && receive(data);
  socket.onclose = ({ code, reason }) => {
    if (!isOurs()) return;
    line = null;
    const why = meaningOf(code) || reason || (code === 1006 ? "the line broke, or the server would not have it" : "");
    note(`closed with ${code}${why ? `: ${why}` : ""}`);
    say(`Closed with code ${code}${why ? `: ${why}` : ""}.`);
    showButtons();
  };
}

function openStream(path) {
  const source = new EventSource(path);
  line = { close: () => source.close() };
  source.onopen = () => say(`Connected: stream ${path}`);
  source.onerror = () => {
    if (line === null) return;
    if (source.readyState === EventSource.CLOSED) ended("The stream was closed, or there is no such thing to follow.");
    else say("The line broke; the browser comes back by itself …");
  };
  for (const type of eventTypes)
    source.addEventListener(type, ({ data, lastEventId }) => {
      receive(data);
      if (place.kind === "session" && lastEventId) place.since = lastEventId;
      if (type !== "orchestration_finished" || place.kind !== "thread") return;
      source.close();
      ended("The stream has ended: the thread has its answer.");
    });
}

function ended(text) {
  line = null;
  say(text);
  showButtons();
}

function hangUp() {
  const open = line;
  line = null;
  open?.close();
}

function receive(data) {
  const frame = JSON.parse(data);
  if (frame.delivered_to) place.since = frame.delivered_to;
  if (frame.type) return show("received", frame.type, "", frame);
  const { seq, thread_id, event_type, message } = frame;
  const twice = seq !== null && seq <= (place.seqs.get(thread_id) ?? 0);
  if (seq !== null && !twice) place.seqs.set(thread_id, seq);
  if (seq !== null && place.kind === "session" && !(place.since > frame.timestamp)) place.since = frame.timestamp;
  const number = seq === null ? "live only" : `#${seq}${twice ? ", had already" : ""}`;
  show("received", event_type, `${number} ${message}`, frame, twice);
}

function send(message) {
  const text = typeof message === "string" ? message : JSON.stringify(message);
  line?.send(text);
  let frame = text;
  try {
    frame = JSON.parse(text);
  } catch {
    // Sent as it is: the server closes with 1007, which is worth seeing.
  }
  if (frame?.type === "subscribe") place.others.add(frame.thread_id);
  if (frame?.type === "unsubscribe") place.others.delete(frame.thread_id);
  show("sent", frame?.type ?? "text", "", frame);
}

const note = (text) => show("note", "connection", text, null);

function show(way, type, text, frame, twice = false) {
  const row = { way, type, text, frame, twice, when: new Date() };
  if (paused) held = [...held, row].slice(-MOST_FRAMES);
  else put(row);
  count();
}

function put({ way, type, text, frame, twice, when }) {
  const item = element("li", "", twice ? "twice" : "");
  item.dataset.type = type;
  const head = element(frame === null ? "p" : "summary", "");
  const time = element("time", when.toISOString().slice(11, 23));
  head.append(time, ` ${{ received: "←", sent: "→", note: "·" }[way]} `, element("b", type), ` ${text}`);
  if (frame?.simulated) head.append(" ", element("span", "simulated", "tag"));
  if (frame === null) item.append(head);
  else {
    const details = document.createElement("details");
    details.append(head, element("pre", JSON.stringify(frame, null, 2)));
    item.append(details);
  }
  item.hidden = !wanted(type);
  at("frames").prepend(item);
  while (at("frames").childElementCount > MOST_FRAMES) at("frames").lastElementChild.remove();
}

const wanted = (type) =>
  (at("deltas").checked || type !== "response_delta") && type.includes(at("filter").value.trim().toLowerCase());

function filter() {
  for (const item of at("frames").children) item.hidden = !wanted(item.dataset.type);
  count();
}

function count() {
  const shown = [...at("frames").children].filter((item) => !item.hidden).length;
  const all = at("frames").childElementCount;
  at("counts").textContent = `${shown} of ${all} shown${held.length > 0 ? `, ${held.length} held back` : ""}`;
}

function pause() {
  paused = !paused;
  at("pause").setAttribute("aria-pressed", String(paused));
  at("pause").textContent = paused ? "Go on" : "Pause";
  if (!paused) for (const row of held.splice(0)) put(row);
  count();
}

function showButtons() {
  at("disconnect").disabled = line === null;
  at("lose").disabled = line === null;
  at("again").disabled = line !== null || place === null;
  at("send").disabled = line?.socket?.readyState !== WebSocket.OPEN;
}

const templates = {
  subscribe: () => ({ type: "subscribe", thread_id: place?.id ?? "", after_seq: 0 }),
  unsubscribe: () => ({ type: "unsubscribe", thread_id: place?.id ?? "" }),
  ping: () => ({ type: "ping", nonce: Math.floor(Math.random() * 1000) }),
  statistics: () => ({ type: "statistics" }),
};

at("follow").addEventListener("submit", connect);
at("follow").addEventListener("change", showFields);
at("disconnect").addEventListener("click", () => {
  hangUp();
  place = null;
  say("Disconnected.");
  showButtons();
});
at("lose").addEventListener("click", () => {
  hangUp();
  note("lost on purpose; the place is kept");
  say("The connection is lost. What happens now is missed, until you come back.");
  showButtons();
});
at("again").addEventListener("click", open);
at("say").addEventListener("submit", (event) => {
  event.preventDefault();
  send(at("message").value);
});
for (const button of document.querySelectorAll("[data-message]"))
  button.addEventListener("click", () => {
    at("message").value = JSON.stringify(templates[button.dataset.message]());
  });
at("filter").addEventListener("input", filter);
at("deltas").addEventListener("change", filter);
at("pause").addEventListener("click", pause);
at("clear").addEventListener("click", () => {
  at("frames").replaceChildren();
  held = [];
  count();
});
for (const where of document.querySelectorAll("[data-origin]")) where.textContent = location.origin;
for (const where of document.querySelectorAll("[data-socket-origin]"))
  where.textContent = location.origin.replace(/^http/, "ws");
showFields();

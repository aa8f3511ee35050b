/** The page at `/` until the web app comes: whether it runs, which models there are, and one prompt to try. Plain text only goes into the page. */
const at = (id) => document.getElementById(id);

const element = (name, text, className = "") =>
  Object.assign(document.createElement(name), { textContent: text, className });

async function readJson(path, options) {
  const response = await fetch(path, options);
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail ?? body.title);
  return body;
}

async function showHealth() {
  const { status, version, parts } = await readJson("/api/health");
  const waiting = parts.jobs.queued > 0 ? `, ${parts.jobs.queued} waiting` : "";
  const state = status === "ok" ? "It runs" : "It runs, but no model can answer";
  at("health").textContent =
    `${state}: version ${version}, ${parts.models.available} models ready, ${parts.jobs.running} prompts being worked on${waiting}.`;
  at("simulated").hidden = !parts.models.simulated;
}

const perMillion = (dollars) => (dollars === null ? "unknown" : (dollars * 1e6).toFixed(2));

async function showModels() {
  const { items } = await readJson("/api/models/");
  const rows = items.map((model) => {
    const row = document.createElement("tr");
    const name = element("th", model.model_name);
    name.scope = "row";
    const kind = document.createElement("td");
    kind.append(model.simulated ? element("span", "simulated", "tag") : model.model_version);
    const state = !model.is_active ? "switched off" : model.is_available ? "ready" : "not available";
    const prices = `${perMillion(model.cost_per_input_token)} / ${perMillion(model.cost_per_output_token)}`;
    row.append(name, kind, element("td", model.specialties.join(", ")), element("td", state), element("td", prices));
    return row;
  });
  at("models").replaceChildren(...rows);
}

/** The thread being followed, if any. */
let source = null;
let current = null;

async function ask(event) {
  event.preventDefault();
  const { prompt, mode } = Object.fromEntries(new FormData(at("ask")));
  at("send").disabled = true;
  at("course").hidden = false;
  at("answer-title").textContent = "Draft";
  at("answer").textContent = "";
  at("events").replaceChildren();
  at("state").textContent = "Sending …";
  try {
    current = await readJson("/api/orchestrate/prompt", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ prompt, mode }),
    });
    at("stop").hidden = false;
    follow(current.links.events);
  } catch (error) {
    finish(error.message);
  }
}

/** The browser reconnects by itself and says which event it saw last: nothing is missed or shown twice. */
function follow(path) {
  source = new EventSource(path);
  for (const type of Object.keys(tell)) source.addEventListener(type, ({ data }) => show(JSON.parse(data)));
  source.onerror = () => {
    at("state").textContent =
      source.readyState === EventSource.CLOSED ? "The connection is lost." : "Connecting again …";
  };
}

const money = (dollars) => `$${dollars.toFixed(4)}`;

const tell = {
  connection_established: () => null,
  response_delta: ({ text, offset }) => {
    const answer = at("answer");
    answer.textContent = answer.textContent.slice(0, offset) + text;
  },
  response_snapshot: ({ text }) => {
    at("answer").textContent = text;
  },
  orchestration_started: ({ mode, resumed }) => (resumed ? "taken up again" : `mode ${mode}`),
  prompt_analyzed: ({ domain, complexity_level }) => `${complexity_level}, ${domain}`,
  model_selected: ({ selected_model, evaluators }) =>
    `${selected_model} answers${evaluators.length > 0 ? `; critics: ${evaluators.join(", ")}` : ""}`,
  response_generated: ({ response_text }) => {
    at("answer").textContent = response_text;
    return "a version is written";
  },
  evaluation_completed: ({ overall_score, criticisms }) =>
    `score ${overall_score.toFixed(1)}, ${criticisms.length} ${criticisms.length === 1 ? "point" : "points"} of criticism`,
  evaluation_failed: ({ evaluator_model, detail }) => `${evaluator_model}: ${detail}`,
  model_fallback: ({ from, to }) => `${from} failed${to ? `, ${to} goes on` : ""}`,
  criticism_merged: ({ criticisms }) => `${criticisms.length} points to answer`,
  criticism_addressed: ({ accepted, disputed }) => `${accepted.length} points accepted, ${disputed.length} disputed`,
  iteration_completed: ({ score, decision_reason }) =>
    `score ${score === null ? "none" : score.toFixed(1)}: ${decision_reason}`,
  quality_threshold_met: ({ score }) => `with ${score.toFixed(1)}`,
  cost_limit_warning: ({ share }) => `${Math.round(share * 100)} % of the limit`,
  bill_exceeded: () => "a call cost more than was reserved",
  feedback_received: ({ feedback }) => feedback ?? "another iteration was asked for",
  thread_updated: ({ change }) => change.replaceAll("_", " "),
  stop_requested: ({ when }) => when,
  error_occurred: ({ detail }) => detail,
  orchestration_finished: (details) => {
    source.close();
    at("answer-title").textContent = "Answer";
    if (details.final_response !== null) at("answer").textContent = details.final_response;
    const score = details.final_quality_score === null ? "" : `, score ${details.final_quality_score.toFixed(1)}`;
    const by = `by ${details.best_model_id}, version ${details.best_iteration}${score}`;
    finish(
      `${details.final_response === null ? "Failed" : `Answered ${by}`} in ${(details.total_time_spent / 1000).toFixed(1)} s for ${money(details.total_cost)}.`,
    );
    return details.stop_reason ?? details.failure_reason;
  },
};

function show(event) {
  const text = tell[event.event_type]?.(event.details) ?? "";
  if (event.seq === null) return;
  const item = document.createElement("li");
  item.append(element("b", event.event_type.replaceAll("_", " ")), ` ${text}`);
  if (event.simulated) item.append(" ", element("span", "simulated", "tag"));
  at("events").append(item);
  if (event.event_type !== "orchestration_finished")
    at("state").textContent = `${event.message} (${money(event.details.total_cost ?? 0)})`;
}

function finish(message) {
  at("state").textContent = message;
  at("send").disabled = false;
  at("stop").hidden = true;
  showModels().catch(() => {});
}

at("ask").addEventListener("submit", ask);
at("stop").addEventListener("click", () =>
  readJson(current.links.stop, { method: "PUT" }).catch(({ message }) => {
    at("state").textContent = message;
  }),
);
for (const place of document.querySelectorAll("[data-origin]")) place.textContent = location.origin;
const trouble = ({ message }) => {
  at("health").textContent = `The server does not answer: ${message}`;
};
showHealth().catch(trouble);
showModels().catch(trouble);

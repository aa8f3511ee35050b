/** An integration that works, for the document. */

const key = { last4: "ghij", fingerprint: "9f86d081" };

export const integration = {
  ...{ name: "openai", title: "OpenAI", status: "ready", is_active: true, needs_key: true, source: "stored" },
  ...{ keys: [key], stored_keys: [key], key_variable: "OPENAI_API_KEY" },
  ...{ base_url: "https://api.openai.com/v1", base_url_source: "default", headers: [] },
  ...{ models: ["gpt4", "gpt4-turbo"], available_models: 2 },
  last_check: {
    ...{ checked_at: "2026-11-21T10:00:00.000Z", ok: true, response_time: 184, models: 71, code: null, detail: null },
  },
  ...{ last_contact_at: "2026-11-21T09:59:30.000Z", last_error: null, last_error_at: null, calls: 312 },
};

export const integrationTest = {
  ...{ name: "openai", ok: true, response_time: 184, models_found: 2, models: ["gpt-4.1", "gpt-4-turbo"] },
  ...{ code: null, detail: null, keys: [{ ...key, ok: true, code: null, detail: null }] },
  tested_at: "2026-11-21T10:00:00.000Z",
};

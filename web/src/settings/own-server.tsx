/** A server of one's own that speaks OpenAI's protocol: a name, an address, perhaps a key. */
import { type FormEvent, useState } from "react";
import { problemsOf } from "../data/problems.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Field } from "../ui/field.tsx";
import { say } from "../ui/toasts.tsx";
import { problemOf } from "./integrations.ts";
import { useSetIntegration } from "./use-integration.ts";

const empty = { name: "", baseUrl: "", key: "" };

export function OwnServer() {
  const { t } = useWords();
  const [form, setForm] = useState(empty);
  const save = useSetIntegration(form.name.trim());
  const problems = problemsOf(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const key = form.key.trim();
    save.mutate(
      { base_url: form.baseUrl.trim(), ...(key !== "" && { key }) },
      {
        onSuccess: ({ title }) => {
          setForm(empty);
          say(t("settings.serverAdded", { provider: title }));
        },
      },
    );
  };
  const input = (name: keyof typeof empty, more: object = {}) => ({
    ...{ className: "input", value: form[name], autoComplete: "off", spellCheck: false, ...more },
    onChange: ({ target }: { target: HTMLInputElement }) => setForm({ ...form, [name]: target.value }),
  });
  return (
    <details className="card settings-provider">
      <summary>
        <h3>{t("settings.ownServer")}</h3>
      </summary>
      <form className="settings-inside settings-form" onSubmit={submit}>
        <p>{t("settings.ownServerHint")}</p>
        <Field label={t("settings.serverName")} hint={t("settings.serverNameHint")} wrong={problemOf(problems, "name")}>
          {(given) => <input {...given} {...input("name", { required: true })} pattern="[a-z0-9][a-z0-9._\-]*" />}
        </Field>
        <Field label={t("settings.address")} wrong={problemOf(problems, "base_url")} wrongLang="en">
          {(given) => (
            <input {...given} {...input("baseUrl", { required: true })} placeholder="http://127.0.0.1:1234/v1" />
          )}
        </Field>
        <Field label={t("settings.keyOptional")} wrong={problemOf(problems, "key")} wrongLang="en">
          {(given) => <input {...given} {...input("key", { type: "password" })} />}
        </Field>
        {save.error && <Failure error={save.error} />}
        <div className="actions">
          <button type="submit" className="button primary" disabled={save.isPending}>
            {t("settings.addServer")}
          </button>
        </div>
      </form>
    </details>
  );
}

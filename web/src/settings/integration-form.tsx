/** Keys, address and headers of a provider, to be set, replaced or forgotten. What the environment says stands there, and is not changed here. */
import type { Integration } from "@orchestratex/sdk/contract";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { problemsOf } from "../data/problems.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Field } from "../ui/field.tsx";
import { Notice, Spinner } from "../ui/parts.tsx";
import { say } from "../ui/toasts.tsx";
import { Headers } from "./headers.tsx";
import { changesOf, formOf, type IntegrationForm, problemOf } from "./integrations.ts";
import { useForgetIntegration, useSetIntegration } from "./use-integration.ts";

type Props = { integration: Integration; onSaved: () => void };

export function IntegrationFormPart({ integration, onSaved }: Props) {
  const { t } = useWords();
  const [form, setForm] = useState(() => formOf(integration));
  const save = useSetIntegration(integration.name);
  const changes = changesOf(form, formOf(integration));
  const problems = problemsOf(save.error);
  const set = (change: Partial<IntegrationForm>) => setForm({ ...form, ...change });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changes === null) return;
    save.mutate(changes, {
      onSuccess: (now) => {
        setForm(formOf(now));
        say(t("common.saved"));
        onSaved();
      },
    });
  };
  return (
    <form className="settings-form" onSubmit={submit}>
      {integration.source === "environment" ? (
        <Notice title={t("settings.environmentKeys", { variable: integration.key_variable ?? "" })} />
      ) : (
        <KeyFields {...{ integration, form, set }} wrong={problemOf(problems, "keys")} />
      )}
      <AddressField {...{ integration, form, set }} wrong={problemOf(problems, "base_url")} />
      <Headers headers={form.headers} onChange={(headers) => set({ headers })} wrong={problemOf(problems, "headers")} />
      {save.error && <Failure error={save.error} />}
      <div className="actions">
        <button type="submit" className="button primary" disabled={changes === null || save.isPending}>
          {save.isPending && <Spinner />}
          {t("common.save")}
        </button>
        <Forget integration={integration} />
      </div>
    </form>
  );
}

type PartProps = Pick<Props, "integration"> & {
  form: IntegrationForm;
  set: (change: Partial<IntegrationForm>) => void;
  wrong: string | undefined;
};

const KEYS_MAX = 20;

function KeyFields({ integration, form, set, wrong }: PartProps) {
  const { t } = useWords();
  const { keys } = form;
  const replaces = integration.stored_keys.length > 0;
  return (
    <>
      {keys.map(({ id, text }) => (
        <Field
          key={id}
          label={keys.length === 1 ? t("settings.key") : t("settings.keyNumber", { number: id })}
          hint={id === 1 ? t(replaces ? "settings.keyReplaces" : "settings.keyHint") : null}
          wrong={id === 1 ? wrong : null}
          wrongLang="en"
        >
          {(given) => (
            <input
              {...given}
              className="input"
              type="password"
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={({ target }) => set({ keys: keys.with(id - 1, { id, text: target.value }) })}
            />
          )}
        </Field>
      ))}
      {keys.length < KEYS_MAX && (
        <div>
          <button
            type="button"
            className="button small quiet"
            onClick={() => set({ keys: [...keys, { id: keys.length + 1, text: "" }] })}
          >
            <Plus aria-hidden="true" />
            {t("settings.anotherKey")}
          </button>
        </div>
      )}
    </>
  );
}

function AddressField({ integration, form, set, wrong }: PartProps) {
  const { t } = useWords();
  const { base_url, base_url_source } = integration;
  const fixed = base_url_source === "environment";
  return (
    <Field
      label={t("settings.ownAddress")}
      hint={t(fixed ? "settings.addressFixed" : "settings.ownAddressHint")}
      wrong={wrong}
      wrongLang="en"
    >
      {(given) => (
        <input
          {...given}
          className="input"
          inputMode="url"
          disabled={fixed}
          placeholder={base_url ?? "http://127.0.0.1:1234/v1"}
          value={fixed ? (base_url ?? "") : form.baseUrl}
          onChange={({ target }) => set({ baseUrl: target.value })}
        />
      )}
    </Field>
  );
}

/** Asks once more on the spot. */
function Forget({ integration }: Pick<Props, "integration">) {
  const { t } = useWords();
  const [asked, setAsked] = useState(false);
  const forget = useForgetIntegration(integration.name);
  const { stored_keys, base_url_source, headers } = integration;
  if (stored_keys.length === 0 && base_url_source !== "stored" && headers.length === 0) return null;
  return (
    <>
      <button
        type="button"
        className="button danger"
        disabled={forget.isPending}
        onClick={() =>
          asked ? forget.mutate(undefined, { onSuccess: () => say(t("settings.forgotten")) }) : setAsked(true)
        }
      >
        {t(asked ? "settings.forgetSure" : "settings.forget")}
      </button>
      {forget.error && <Failure error={forget.error} />}
    </>
  );
}

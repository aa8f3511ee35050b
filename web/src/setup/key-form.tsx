/** One key: pasted, recognised, tried with its provider, and kept if the user wants so. */
import type { Integration } from "@orchestratex/sdk/contract";
import { Eye, EyeOff } from "lucide-react";
import { useId, useState } from "react";
import { Refusal } from "../ask/refusal.tsx";
import { detailOf } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Notice, Spinner } from "../ui/parts.tsx";
import { isBusy, type KeyFlow, SHORTEST_KEY } from "./key-flow.ts";
import { Kept, Tried } from "./tried.tsx";
import { useKey } from "./use-key.ts";

export function KeyForm({ integrations }: { integrations: readonly Integration[] }) {
  const { flow, check, tryWith, keep, forget } = useKey();
  const [key, setKey] = useState("");
  const of = (name: string) => integrations.find((one) => one.name === name);
  const titleOf = (name: string) => of(name)?.title ?? name;
  const variableOf = (name: string) => (of(name)?.source === "environment" ? (of(name)?.key_variable ?? name) : null);
  if (flow.at === "kept")
    return (
      <Kept
        name={flow.name}
        onAnother={() => {
          setKey("");
          forget();
        }}
      />
    );
  return (
    <form
      className="setup-key"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy(flow) && key.trim() !== "") check(key.trim());
      }}
    >
      <KeyField
        value={key}
        isBusy={isBusy(flow)}
        onChange={(typed) => {
          setKey(typed);
          if (flow.at !== "idle") forget();
        }}
      />
      <Way
        flow={flow}
        isShort={key.trim().length < SHORTEST_KEY}
        titleOf={titleOf}
        variableOf={variableOf}
        onKeep={(name) => keep(name, key.trim())}
        onAgain={() => check(key.trim())}
      />
      <Owner flow={flow} integrations={integrations} onName={(name) => tryWith(name, key.trim())} />
    </form>
  );
}

type FieldProps = { value: string; isBusy: boolean; onChange: (key: string) => void };

function KeyField({ value, isBusy: busy, onChange }: FieldProps) {
  const { t } = useWords();
  const [shown, setShown] = useState(false);
  const id = useId();
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="field">
      <label htmlFor={id}>{t("setup.key")}</label>
      <div className="setup-key-line">
        <input
          id={id}
          className="input"
          type={shown ? "text" : "password"}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder="sk-…"
          aria-describedby={`${id}-hint`}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
        <button type="button" className="button" aria-pressed={shown} onClick={() => setShown(!shown)}>
          <Icon aria-hidden="true" />
          {t("setup.keyShow")}
        </button>
        <button type="submit" className="button primary" disabled={busy || value.trim() === ""}>
          {busy && <Spinner />}
          {t(busy ? "setup.checking" : "setup.check")}
        </button>
      </div>
      <span id={`${id}-hint`} className="hint">
        {t("setup.keyHint")}
      </span>
    </div>
  );
}

type WayProps = {
  flow: KeyFlow;
  isShort: boolean;
  titleOf: (name: string) => string;
  variableOf: (name: string) => string | null;
  onKeep: (name: string) => void;
  onAgain: () => void;
};

/** How far it is: one line that is said aloud, then what came of it. */
function Way({ flow, isShort, titleOf, variableOf, onKeep, onAgain }: WayProps) {
  const { t } = useWords();
  const line =
    flow.at === "recognizing"
      ? t("setup.recognizing")
      : flow.at === "trying"
        ? t("setup.trying", { title: titleOf(flow.name) })
        : "";
  return (
    <>
      <p className="setup-way" role="status">
        {line}
      </p>
      {flow.at === "failed" && <Broken error={flow.error} isShort={isShort} onAgain={onAgain} />}
      {(flow.at === "tried" || flow.at === "keeping") && (
        <Tried
          flow={flow}
          title={titleOf(flow.name)}
          variable={variableOf(flow.name)}
          onKeep={() => onKeep(flow.name)}
        />
      )}
    </>
  );
}

/** What was typed can be no key, or nobody answered. */
function Broken({ error, isShort, onAgain }: { error: unknown; isShort: boolean; onAgain: () => void }) {
  const { t } = useWords();
  if (detailOf(error) === null) return <Failure error={error} onRetry={onAgain} />;
  return (
    <div role="alert">
      <Notice tone="bad" title={t("common.failed")}>
        <p>{isShort ? t("settings.tooShort", { count: SHORTEST_KEY }) : <Refusal error={error} />}</p>
      </Notice>
    </div>
  );
}

type OwnerProps = { flow: KeyFlow; integrations: readonly Integration[]; onName: (name: string) => void };

/** Whom it is sent to is the user's to say where its look says nothing, or said wrong. */
function Owner({ flow, integrations, onName }: OwnerProps) {
  const { t } = useWords();
  const [chosen, setChosen] = useState("");
  const id = useId();
  const asks = flow.at === "choosing";
  const wrong = flow.at === "tried" && !flow.test.ok;
  if (!asks && !wrong) return null;
  const keyed = integrations.filter(({ needs_key, base_url }) => needs_key && base_url !== null);
  const likely = keyed.filter(({ name }) => (asks ? flow.candidates.includes(name) : name !== flow.name));
  return (
    <div className="setup-owner">
      {asks && <Notice title={t("setup.whose")}>{t("setup.whoseHint")}</Notice>}
      <div className="field">
        <label htmlFor={id}>{t(asks ? "setup.provider" : "setup.otherOwner")}</label>
        <div className="setup-key-line">
          <select id={id} className="input" value={chosen} onChange={({ target }) => setChosen(target.value)}>
            <option value="">{t("setup.providerChoose")}</option>
            {(asks && likely.length > 0 ? likely : keyed).map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
          <button type="button" className="button" disabled={chosen === ""} onClick={() => onName(chosen)}>
            {t("setup.tryThere")}
          </button>
        </div>
      </div>
    </div>
  );
}

/** One key pasted: whose it is, whether it works, kept. */
import type { Integration, RecognizedKey } from "@orchestratex/sdk/contract";
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { SHORTEST_KEY } from "../setup/key-flow.ts";
import { Failure } from "../ui/failure.tsx";
import { Field } from "../ui/field.tsx";
import { Spinner } from "../ui/parts.tsx";
import { say } from "../ui/toasts.tsx";
import { TestOutcome } from "./test-outcome.tsx";
import { recognize, useTryAndKeep } from "./use-integration.ts";

const TYPED_MS = 300;

export function Recognizer({ integrations }: { integrations: readonly Integration[] }) {
  const { t } = useWords();
  const [key, setKey] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const { recognized, error } = useRecognized(key.trim());
  const name = chosen ?? recognized?.name ?? null;
  const keep = useTryAndKeep();
  const titleOf = titlesOf(integrations);
  const isShort = key.trim() !== "" && key.trim().length < SHORTEST_KEY;
  const run = (evenIfRefused: boolean) => {
    if (name === null) return;
    keep.mutate(
      { name, key: key.trim(), evenIfRefused },
      {
        onSuccess: ({ ok }) => {
          if (!ok && !evenIfRefused) return;
          setKey("");
          setChosen(null);
          say(t("settings.keyKept", { provider: titleOf(name) }));
        },
      },
    );
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(false);
  };
  const change = (value: string) => {
    setKey(value);
    setChosen(null);
    keep.reset();
  };
  return (
    <form className="card settings-recognizer" onSubmit={submit}>
      <KeyField value={key} onChange={change} />
      <div className="actions settings-recognized">
        <Whose {...{ recognized, name, integrations, onChoose: setChosen }} isShort={isShort} />
        <button
          type="submit"
          className="button primary"
          disabled={name === null || isShort || key === "" || keep.isPending}
        >
          {keep.isPending ? <Spinner /> : <KeyRound aria-hidden="true" />}
          {t("settings.tryAndKeep")}
        </button>
      </div>
      {(error ?? keep.error) && <Failure error={error ?? keep.error} />}
      <Outcome keep={keep} onKeep={() => run(true)} />
    </form>
  );
}

function KeyField({ value, onChange }: { value: string; onChange: (key: string) => void }) {
  const { t } = useWords();
  return (
    <Field label={t("settings.paste")} hint={t("settings.pasteHint")}>
      {(given) => (
        <input
          {...given}
          className="input"
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}

type OutcomeProps = { keep: ReturnType<typeof useTryAndKeep>; onKeep: () => void };

const titlesOf = (integrations: readonly Integration[]) => (name: string) =>
  integrations.find((known) => known.name === name)?.title ?? name;

/** A provider that is down for the moment is no reason to lose its key. */
function Outcome({ keep, onKeep }: OutcomeProps) {
  const { t } = useWords();
  if (!keep.data) return null;
  const kept = keep.data.ok || keep.variables.evenIfRefused === true;
  return (
    <>
      <TestOutcome test={keep.data} kept={kept} />
      {!kept && (
        <div>
          <button type="button" className="button small" disabled={keep.isPending} onClick={onKeep}>
            {t("settings.keepAnyway")}
          </button>
        </div>
      )}
    </>
  );
}

function useRecognized(key: string) {
  const [settled, setSettled] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), TYPED_MS);
    return () => clearTimeout(timer);
  }, [key]);
  const { data, error } = useQuery({
    // A key is kept nowhere: what is cached under is forgotten at once.
    queryKey: ["recognized", settled],
    queryFn: ({ signal }) => recognize(settled, signal),
    enabled: settled.length >= SHORTEST_KEY && settled === key,
    gcTime: 0,
    retry: false,
  });
  return settled === key && key !== "" ? { recognized: data, error } : { recognized: undefined, error: null };
}

type WhoseProps = {
  /** Undefined: nothing is known of the key yet. */
  recognized: RecognizedKey | undefined;
  name: string | null;
  isShort: boolean;
  integrations: readonly Integration[];
  onChoose: (name: string) => void;
};

/** Keys may look alike: whoever has it knows better, so every provider can be chosen, the likely ones first. */
function Whose({ recognized, name, isShort, integrations, onChoose }: WhoseProps) {
  const { t } = useWords();
  const titleOf = titlesOf(integrations);
  const likely = recognized?.candidates ?? [];
  const others = integrations.filter((one) => one.key_variable !== null && !likely.includes(one.name));
  return (
    <div className="settings-whose" role="status">
      {isShort && t("settings.tooShort", { count: SHORTEST_KEY })}
      {recognized && (
        <label>
          {recognized.name === null
            ? t("settings.unknownKey")
            : t("settings.looksLike", { provider: titleOf(recognized.name) })}
          <select
            className="input"
            aria-label={t("settings.whose")}
            value={name ?? ""}
            onChange={({ target }) => onChoose(target.value)}
          >
            <option value="" disabled>
              {t("settings.choose")}
            </option>
            {[...likely, ...others.map((one) => one.name)].map((one) => (
              <option key={one} value={one}>
                {titleOf(one)}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

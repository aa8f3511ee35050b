/** How models are chosen, answers scored and iterations ended: each change is a version that can be gone back to. */
import type { VersionedSettings } from "@orchestratex/sdk/contract";
import { criteria, domains, factors, strategies } from "@orchestratex/sdk/lists";
import { useState } from "react";
import { useSettings } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Skeleton } from "../ui/parts.tsx";
import { type Draft, draftOf } from "./algorithm-form.ts";
import { AlgorithmNumbers } from "./algorithm-numbers.tsx";
import { keepDraft, useKeptDraft } from "./draft.ts";
import { SaveBar } from "./save-bar.tsx";
import { Versions } from "./versions.tsx";
import { Weights } from "./weights.tsx";

export function Algorithm() {
  const { data, error, refetch } = useSettings();
  // While somebody types, what they started from stands still; a newer version is met when it is saved.
  const kept = useKeptDraft();
  const settings = kept?.settings ?? data;
  if (error && !settings) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!settings) return <Skeleton lines={8} />;
  return <Form key={settings.algorithm_version} settings={settings} kept={kept?.draft ?? null} />;
}

type Props = { settings: VersionedSettings; kept: Draft | null };

function Form({ settings, kept }: Props) {
  const { t, word, moment, language } = useWords();
  const [before] = useState(() => draftOf(settings, language));
  const draft = kept ?? before;
  const forget = () => keepDraft(null);
  const set = (change: Partial<Draft>) => {
    const next = { ...draft, ...change };
    keepDraft(JSON.stringify(next) === JSON.stringify(before) ? null : { settings, draft: next });
  };
  const setIn = (part: "selection" | "criteria") => (row: string, column: string, text: string) => {
    const rows: Record<string, Record<string, string>> = draft[part];
    set({ [part]: { ...rows, [row]: { ...rows[row], [column]: text } } });
  };
  return (
    <>
      <p className="settings-lead">
        {t("settings.algorithmLead", { version: settings.algorithm_version, when: moment(settings.created_at) })}
      </p>
      <AlgorithmNumbers draft={draft} onChange={set} />
      <Weights
        {...{ title: t("settings.selection"), hint: t("settings.selectionHint"), rows: strategies, columns: factors }}
        weights={draft.selection}
        nameRow={(strategy) => word("strategy", strategy)}
        nameColumn={(factor) => word("factor", factor)}
        onChange={setIn("selection")}
      />
      <Weights
        {...{ title: t("settings.criteria"), hint: t("settings.criteriaHint"), rows: domains, columns: criteria }}
        weights={draft.criteria}
        nameRow={(domain) => word("domain", domain)}
        nameColumn={(criterion) => word("criterion", criterion)}
        onChange={setIn("criteria")}
      />
      <SaveBar {...{ settings, draft, before }} onDiscard={forget} onSaved={forget} />
      <Versions current={settings.algorithm_version} onRestored={forget} />
    </>
  );
}

/** Saves what was changed, with a word why; and says what stands in the way. */
import type { ChangeAlgorithmSettings, VersionedSettings } from "@orchestratex/sdk/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { codeOf } from "../data/problems.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Notice, Spinner } from "../ui/parts.tsx";
import { say } from "../ui/toasts.tsx";
import { changesOf, type Draft, isFit, wrongNumbers, wrongRows } from "./algorithm-form.ts";
import { newestSettings, useChangeSettings } from "./use-settings.ts";

type Props = {
  settings: VersionedSettings;
  draft: Draft;
  before: Draft;
  onDiscard: () => void;
  onSaved: () => void;
};

export function SaveBar({ settings, draft, before, onDiscard, onSaved }: Props) {
  const { t } = useWords();
  const [comment, setComment] = useState("");
  const change = useChangeSettings();
  const changes = changesOf(draft, before);
  const save = (body: ChangeAlgorithmSettings, expected_version: string) =>
    change.mutate(
      { ...body, expected_version, ...(comment.trim() !== "" && { comment: comment.trim() }) },
      {
        onSuccess: ({ algorithm_version: version }) => {
          say(t("settings.algorithmSaved", { version }));
          onSaved();
        },
      },
    );
  if (changes === null) return null;
  const stale = codeOf(change.error) === "settings.changed";
  return (
    <div className="settings-save">
      <WhatIsWrong draft={draft} />
      {change.error && !stale && <Failure error={change.error} />}
      {stale && <Stale onDiscard={onDiscard} onSave={(version) => save(changes, version)} />}
      <div className="actions">
        <input
          className="input"
          value={comment}
          maxLength={500}
          aria-label={t("settings.comment")}
          placeholder={t("settings.comment")}
          onChange={({ target }) => setComment(target.value)}
        />
        <button type="button" className="button" onClick={onDiscard}>
          {t("settings.discard")}
        </button>
        <button
          type="button"
          className="button primary"
          disabled={!isFit(draft) || change.isPending}
          onClick={() => save(changes, settings.algorithm_version)}
        >
          {change.isPending && <Spinner />}
          {t("common.save")}
        </button>
      </div>
    </div>
  );
}

function WhatIsWrong({ draft }: { draft: Draft }) {
  const { t, word, list } = useWords();
  const rows = wrongRows(draft);
  const numbers = wrongNumbers(draft);
  if (rows.length === 0 && numbers.length === 0) return null;
  const names = rows.map(({ part, row }) => word(part === "selection" ? "strategy" : "domain", row));
  return (
    <p className="settings-wrong" role="status">
      {names.length > 0 && t("settings.notOne", { names: list(names) })}{" "}
      {numbers.length > 0 && t("settings.wrongNumbers", { count: numbers.length })}
    </p>
  );
}

type StaleProps = { onDiscard: () => void; onSave: (expected: string) => void };

/** Somebody else was faster: theirs is shown, or one's own changes go on top of it. */
function Stale({ onDiscard, onSave }: StaleProps) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const over = async () => {
    try {
      onSave((await newestSettings()).algorithm_version);
    } catch (failure) {
      setError(failure);
    }
  };
  const show = () => {
    onDiscard();
    void queries.invalidateQueries({ queryKey: ["settings"] });
  };
  return (
    <Notice tone="fair" title={t("settings.stale")}>
      <p>{t("settings.staleHint")}</p>
      <div className="actions">
        <button type="button" className="button small" onClick={show}>
          {t("settings.showTheirs")}
        </button>
        <button type="button" className="button small" onClick={() => void over()}>
          {t("settings.saveMine")}
        </button>
      </div>
      {error !== null && <Failure error={error} />}
    </Notice>
  );
}

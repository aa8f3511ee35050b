/** All versions of the settings, newest first: who made them, when, why; any of them can be gone back to. */
import type { AlgorithmVersion } from "@orchestratex/sdk/contract";
import { useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Skeleton, Tag } from "../ui/parts.tsx";
import { say } from "../ui/toasts.tsx";
import { useChangeSettings, useVersions } from "./use-settings.ts";

type Props = { current: string; onRestored: () => void };

export function Versions({ current, onRestored }: Props) {
  const { t } = useWords();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useVersions();
  const versions = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section className="settings-versions">
      <h2>{t("settings.versions")}</h2>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={3} />}
      <ol className="plain">
        {versions.map((version) => (
          <VersionRow key={version.algorithm_version} {...{ version, current, onRestored }} />
        ))}
      </ol>
      {hasNextPage && (
        <button
          type="button"
          className="button small"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t("common.more")}
        </button>
      )}
    </section>
  );
}

/** Asks once more on the spot. */
function VersionRow({ version, current, onRestored }: Props & { version: AlgorithmVersion }) {
  const { t, moment } = useWords();
  const { algorithm_version: name, comment, changed_by, restored_from, created_at } = version;
  const [asked, setAsked] = useState(false);
  const change = useChangeSettings();
  const restore = () =>
    change.mutate(
      { restore: name, expected_version: current },
      {
        onSuccess: (now) => {
          setAsked(false);
          say(t("settings.algorithmSaved", { version: now.algorithm_version }));
          onRestored();
        },
      },
    );
  return (
    <li>
      <div className="settings-version">
        <code>{name}</code>
        {name === current && <Tag tone="accent">{t("settings.holdsNow")}</Tag>}
        <span>
          {moment(created_at)} · {changed_by ?? t("settings.shipped")}
          {restored_from !== null && ` · ${t("settings.restoredFrom", { version: restored_from })}`}
        </span>
        {name !== current && (
          <button
            type="button"
            className="button small"
            disabled={change.isPending}
            onClick={() => (asked ? restore() : setAsked(true))}
          >
            {t(asked ? "settings.restoreSure" : "settings.restore")}
          </button>
        )}
      </div>
      {comment !== null && <p className="settings-small">{comment}</p>}
      {change.error && <Failure error={change.error} />}
    </li>
  );
}

/** Where the reading of a file is: the stages it goes through, and how far the one it is in. */
import type { StoredFile } from "@orchestratex/sdk/contract";
import { fileStages } from "@orchestratex/sdk/lists";
import { useWords } from "../i18n/words.tsx";
import { Bar } from "./bar.tsx";
import { shareOf } from "./fold.ts";

/** Pages and passages are counted; bytes, of a long text, are not worth reading. */
const MOST_COUNTED = 20_000;

export function Steps({ file }: { file: StoredFile }) {
  const { t, word, percent } = useWords();
  const { status, stage, stage_done, stage_total, name } = file;
  // One that waits has the same room: nothing jumps when its turn comes.
  if (status !== "processing" && status !== "queued") return null;
  const at = stage === null || status === "queued" ? -1 : fileStages.indexOf(stage);
  const counted = stage_total !== null && stage_total > 1;
  const done = stage_done ?? 0;
  const many = counted && stage_total > MOST_COUNTED;
  const how = many ? percent(done / stage_total) : counted ? t("library.doneOf", { done, total: stage_total }) : "";
  const now =
    status === "queued"
      ? t("library.queued")
      : stage === null
        ? t("library.starting")
        : `${word("library.stage", stage)} ${how}`.trim();
  return (
    <div className="library-steps">
      <ol className="plain" aria-label={t("library.stages")}>
        {fileStages.map((one, index) => (
          <li key={one} data-state={index < at ? "done" : index === at ? "now" : "next"}>
            <span aria-current={index === at ? "step" : undefined}>{word("library.stage", one)}</span>
          </li>
        ))}
      </ol>
      <Bar share={shareOf(file) ?? 0} name={t("library.readingOf", { name })} text={now} />
      <span className="library-quiet library-steps-count">{how}</span>
    </div>
  );
}

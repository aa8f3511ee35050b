/** How a file was read: its stages and their times, and what it is by its bytes. */
import type { StoredFile } from "@orchestratex/sdk/contract";
import { fileStages } from "@orchestratex/sdk/lists";
import type { ReactNode } from "react";
import { useWords } from "../i18n/words.tsx";
import { CopyButton } from "../ui/copy.tsx";

export function Course({ file }: { file: StoredFile }) {
  return (
    <div className="file-course">
      <Times file={file} />
      <Origin file={file} />
    </div>
  );
}

function Times({ file: { stage_times, stage, status } }: { file: StoredFile }) {
  const { t, word, duration } = useWords();
  const total = Object.values(stage_times).reduce((sum, ms) => sum + ms, 0);
  const now = status === "processing" ? stage : null;
  return (
    <section>
      <h2>{t("library.stages")}</h2>
      <table className="table file-times">
        <thead>
          <tr>
            <th scope="col">{t("library.stageName")}</th>
            <th scope="col">{t("library.stageWhat")}</th>
            <th scope="col" className="number">
              {t("library.stageTime")}
            </th>
          </tr>
        </thead>
        <tbody>
          {fileStages.map((one) => {
            const ms = stage_times[one];
            return (
              <tr key={one}>
                <th scope="row">{word("library.stage", one)}</th>
                <td>{t(`library.stageHint.${one}`)}</td>
                <td className="number">
                  {ms !== undefined ? duration(ms) : one === now ? t("library.now") : <span aria-hidden="true">–</span>}
                  {ms !== undefined && total > 0 && (
                    <span
                      className="file-time-bar"
                      aria-hidden="true"
                      style={{ inlineSize: `${(ms / total) * 100}%` }}
                    />
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              {t("library.stageTotal")}
            </th>
            <td className="number">{duration(total)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

function Origin({ file }: { file: StoredFile }) {
  const { t, count, moment, bytes, language } = useWords();
  const { mime, declared_mime, encoding, sha256, text_length, chunk_count, embedding_model, processed_at } = file;
  const size = `${bytes(file.size)} (${new Intl.NumberFormat(language).format(file.size)})`;
  return (
    <section>
      <h2>{t("library.origin")}</h2>
      <dl className="file-dl">
        <Line name={t("library.size")}>{size}</Line>
        <Line name={t("library.mime")}>{mime}</Line>
        {declared_mime !== null && declared_mime !== mime && <Line name={t("library.declared")}>{declared_mime}</Line>}
        <Line name={t("library.encoding")}>{encoding}</Line>
        <Line name={t("library.textLength")}>
          {text_length !== null && t("library.letters", { letters: count(text_length), count: text_length })}
        </Line>
        <Line name={t("library.pane.chunks")}>{count(chunk_count)}</Line>
        <Line name={t("library.embeddedBy")}>{embedding_model ?? (file.searchable && t("library.notEmbedded"))}</Line>
        <Line name={t("library.createdAt")}>{moment(file.created_at)}</Line>
        <Line name={t("library.processedAt")}>{processed_at !== null && moment(processed_at)}</Line>
        <Line name={t("library.sha256")}>
          {sha256 !== null && (
            <>
              <code className="library-breaks">{sha256}</code> <CopyButton text={sha256} />
            </>
          )}
        </Line>
      </dl>
    </section>
  );
}

/** Nothing where it is not known. */
function Line({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === false || children === "") return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

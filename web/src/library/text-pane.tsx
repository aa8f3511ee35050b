/** The text of a file as it was read, block by block. */
import { useWords } from "../i18n/words.tsx";
import { BlockGroup } from "./block-group.tsx";
import { type Group, groupAt } from "./blocks.ts";
import type { Range } from "./match.ts";
import { type More, Pane } from "./pane.tsx";

type Props = { groups: readonly Group[]; mark: Range | null; more: More; isSeeking: boolean };

const HEIGHT_PX = 56;

export function TextPane({ groups, mark, more, isSeeking }: Props) {
  const { t } = useWords();
  return (
    <div className="file-column file-text">
      <h2>{t("library.pane.text")}</h2>
      <p className="library-quiet file-seeking" role="status">
        {isSeeking && t("library.seeking")}
      </p>
      <Pane
        name={t("library.pane.text")}
        className="file-blocks"
        count={groups.length}
        height={HEIGHT_PX}
        at={mark === null ? null : groupAt(groups, mark.from)}
        more={more}
      >
        {(index) => {
          const group = groups[index];
          return group && <BlockGroup group={group} mark={mark} />;
        }}
      </Pane>
    </div>
  );
}

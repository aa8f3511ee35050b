/** The text of a file as it was read, block by block. */
import { useWords } from "../i18n/words.tsx";
import { BlockGroup } from "./block-group.tsx";
import { type Group, groupAt } from "./blocks.ts";
import type { Range } from "./match.ts";
import { type More, Pane, PaneHead } from "./pane.tsx";

type Props = {
  groups: readonly Group[];
  mark: Range | null;
  more: More;
  /** The passage that is chosen is not found in it. */
  isLost: boolean;
  /** It does not begin at the beginning. */
  isLater: boolean;
  onBegin: () => void;
};

const HEIGHT_PX = 56;

export function TextPane({ groups, mark, more, isLost, isLater, onBegin }: Props) {
  const { t } = useWords();
  return (
    <div className="file-column file-text">
      <PaneHead name={t("library.pane.text")} isLater={isLater} onBegin={onBegin} />
      <p className="library-quiet" role="status">
        {isLost && t("library.notInText")}
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

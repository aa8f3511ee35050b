/** Blocks by their kind. Whatever a file holds is text here: nothing of it is a page, a style or a script. */
import type { Block } from "@orchestratex/sdk/contract";
import { memo, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { cellsOf, type Group, LONG, levelOf } from "./blocks.ts";
import type { Range } from "./match.ts";
import { placeWords } from "./place.ts";

type Props = { group: Group; mark: Range | null };

export const BlockGroup = memo(function BlockGroup({ group, mark }: Props) {
  const words = useWords();
  const starts = placeWords(group.starts, words);
  const isMarked = (index: number) => mark !== null && group.from + index >= mark.from && group.from + index <= mark.to;
  return (
    <>
      {starts.length > 0 && (
        <p className="file-starts">
          <bdi>{starts.join(" · ")}</bdi>
        </p>
      )}
      <Blocks group={group} isMarked={isMarked} />
    </>
  );
});

type BlocksProps = { group: Group; isMarked: (index: number) => boolean };
type Numbered = { blocks: readonly Block[]; from: number; isMarked: (index: number) => boolean };

/** What has no name of its own is known by its place. */
const numbered = <One,>(all: readonly One[]) => all.map((one, at) => ({ one, at }));

function Blocks({ group: { kind, blocks, from }, isMarked }: BlocksProps) {
  if (kind === "table") return <Rows blocks={blocks} from={from} isMarked={isMarked} />;
  if (kind === "list")
    return (
      <ul className="plain file-items">
        {numbered(blocks).map(({ one, at }) => (
          <li key={from + at} data-marked={isMarked(at)} dir="auto">
            <Long text={one.text} />
          </li>
        ))}
      </ul>
    );
  const [block] = blocks;
  return block ? <Single block={block} isMarked={isMarked(0)} /> : null;
}

function Single({ block, isMarked }: { block: Block; isMarked: boolean }) {
  const text = <Long text={block.text} />;
  switch (block.kind) {
    case "heading":
      return (
        // Always the same: the order of a file's own headings is not that of the page.
        <h3 className="file-heading" data-level={levelOf(block)} data-marked={isMarked} dir="auto">
          {text}
        </h3>
      );
    case "code":
      return (
        <pre className="file-code" data-marked={isMarked}>
          <code>{text}</code>
        </pre>
      );
    default:
      return (
        <p className={`file-${block.kind}`} data-marked={isMarked} dir="auto">
          {text}
        </p>
      );
  }
}

/** A wide table scrolls by the keys too. */
const reachable = { tabIndex: 0 };

/** Letters of a cell that stays on one line: a date, a number, a name. */
const SHORT = 20;

/** Which row is the head is not known: all are rows. */
function Rows({ blocks, from, isMarked }: Numbered) {
  return (
    <div {...reachable} className="file-table">
      <table className="table">
        <tbody>
          {numbered(cellsOf(blocks)).map(({ one: cells, at }) => (
            <tr key={from + at} data-marked={isMarked(at)}>
              {numbered(cells).map(({ one: cell, at: column }) => (
                <td key={column} dir="auto" data-short={cell.length <= SHORT}>
                  <Long text={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Long({ text }: { text: string }) {
  const { t } = useWords();
  const [whole, setWhole] = useState(false);
  if (whole || text.length <= LONG) return text;
  return (
    <>
      {text.slice(0, LONG)}…{" "}
      <button type="button" className="button small" onClick={() => setWhole(true)}>
        {t("library.restOfIt", { count: text.length - LONG })}
      </button>
    </>
  );
}

/** What changed between two texts: in one course, or in two columns; each change with the criticism behind it. */
import { UnfoldVertical } from "lucide-react";
import { memo, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { CauseTag } from "./cause-tag.tsx";
import type { Cause } from "./causes.ts";
import { type Compared, codeAfter, countOf, folded, type Hunk, type Piece, runsOf } from "./compare.ts";

export type Layout = "inline" | "columns";

type Props = { compared: Compared; causes: readonly (readonly Cause[])[]; layout: Layout };

export const Diff = memo(function Diff({ compared: { blocks, hunks }, causes, layout }: Props) {
  return (
    <div className="versions-diff" data-layout={layout}>
      {blocks.map((block) =>
        block.kind === "same" ? (
          <Same
            key={block.id}
            lines={block.lines}
            inCode={block.inCode}
            touches={{ before: block.id > 0, after: block.id < blocks.length - 1 }}
            layout={layout}
          />
        ) : (
          <Changed
            key={block.id}
            pieces={block.pieces}
            code={block.inCode}
            hunks={hunks}
            causes={causes}
            layout={layout}
          />
        ),
      )}
    </div>
  );
});

type SameProps = {
  lines: readonly string[];
  inCode: boolean;
  touches: { before: boolean; after: boolean };
  layout: Layout;
};

function Same({ lines, inCode, touches, layout }: SameProps) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const { head, hidden, tail } = folded(lines, touches);
  if (open || hidden.length === 0) return <Plain runs={runsOf(lines, inCode)} layout={layout} />;
  const before = [...head, ...hidden];
  return (
    <>
      <Plain runs={runsOf(head, inCode)} layout={layout} />
      <button type="button" className="versions-fold" onClick={() => setOpen(true)}>
        <UnfoldVertical aria-hidden="true" />
        {t("versions.unchanged", { count: countOf(hidden) })}
      </button>
      <Plain runs={runsOf(tail, codeAfter(before.join("\n"), inCode))} layout={layout} />
    </>
  );
}

/** In two columns it stands twice, and is read once. */
function Plain({ runs, layout }: { runs: ReturnType<typeof runsOf>; layout: Layout }) {
  return runs.map(({ code, text, start }) => (
    <div key={start} className="versions-same">
      <div className="versions-text" data-code={code} dir={code ? "ltr" : "auto"}>
        {text}
      </div>
      {layout === "columns" && (
        <div className="versions-text" data-code={code} dir={code ? "ltr" : "auto"} aria-hidden="true">
          {text}
        </div>
      )}
    </div>
  ));
}

type ChangedProps = {
  pieces: readonly Piece[];
  code: boolean;
  hunks: readonly Hunk[];
  causes: readonly (readonly Cause[])[];
  layout: Layout;
};

function Changed({ pieces, code, hunks, causes, layout }: ChangedProps) {
  const [lit, setLit] = useState<Cause | null>(null);
  const numbers = pieces.flatMap((piece) => (piece.kind === "changed" ? [piece.hunk] : []));
  const tags = [...new Set(numbers.flatMap((number) => causes[number] ?? []))];
  const isLit = (number: number) => lit !== null && (causes[number]?.includes(lit) ?? false);
  const side = (only: Side | null) => (
    <Passage pieces={pieces} code={code} hunks={hunks} only={only} isLit={lit === null ? null : isLit} />
  );
  return (
    <div className="versions-changed">
      {layout === "inline" ? (
        side(null)
      ) : (
        <div className="versions-sides">
          {side("removed")}
          {side("added")}
        </div>
      )}
      {tags.length > 0 && (
        <ul className="versions-causes plain">
          {tags.map((cause) => (
            <li key={`${cause.iteration} ${cause.id}`}>
              <CauseTag cause={cause} because onToggle={(open) => setLit(open ? cause : null)} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

type Side = "removed" | "added";

type PassageProps = {
  pieces: readonly Piece[];
  code: boolean;
  hunks: readonly Hunk[];
  /** null: both, one after the other. */
  only: Side | null;
  /** null: none is looked for. */
  isLit: ((hunk: number) => boolean) | null;
};

function Passage({ pieces, code, hunks, only, isLit }: PassageProps) {
  return (
    <div className="versions-text" data-code={code} dir={code ? "ltr" : "auto"}>
      {pieces.map((piece) => {
        if (piece.kind === "same") return <span key={`same ${piece.start}`}>{piece.text}</span>;
        const hunk = hunks[piece.hunk];
        return (
          <span key={`changed ${piece.hunk}`} data-lit={isLit ? isLit(piece.hunk) : undefined}>
            {hunk && only !== "added" && <Mark side="removed" text={hunk.removed} />}
            {hunk && only !== "removed" && <Mark side="added" text={hunk.added} />}
          </span>
        );
      })}
    </div>
  );
}

/** The line breaks at its end are nobody's change to look at. */
function Mark({ side, text }: { side: Side; text: string }) {
  const { t } = useWords();
  const shown = text.replace(/\n+$/, "");
  if (shown === "") return null;
  const Element = side === "removed" ? "del" : "ins";
  return (
    <Element>
      <span className="hidden-text">{t(`versions.${side}`)} </span>
      {shown}
    </Element>
  );
}

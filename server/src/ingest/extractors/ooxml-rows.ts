/** Tables told by row: cells divided by tabs. A table that only arranges text, as letters have them, is told as the text in it. */
import type { Block } from "@orchestratex/sdk/contract";

export type Rows = {
  table(): void;
  endTable(): void;
  row(): void;
  cell(): void;
  /** Cells before the one that is open, of which it takes the place. */
  covered(count: number): void;
  /** The row that is open is not told. */
  drop(): void;
  /** True: no row is open any more. */
  endRow(): boolean;
  /** Into the cell that is open, or out. */
  tell(block: Block): void;
  within(): boolean;
};

type Row = { cells: Block[][]; length: number; dropped: boolean };

/** Characters of a row that is told as one; longer ones only arrange text. */
const LONGEST_ROW = 4000;
/** Cells that one cell covers. */
const COVERED = 100;

export function openRows(out: (block: Block) => void): Rows {
  const tables: { row: Row | null }[] = [];
  const rowOf = (depth: number): Row | null | undefined => tables.at(depth)?.row;
  const flush = (row: Row): void => {
    const blocks = row.cells.flat();
    for (const one of row.cells) one.length = 0;
    row.length = 0;
    const outer = rowOf(-2);
    if (outer) for (const block of blocks) put(outer, block);
    else for (const block of blocks) out(block);
  };
  const put = (row: Row, block: Block): void => {
    row.cells.at(-1)?.push(block);
    row.length += block.text.length;
  };
  return {
    table: () => void tables.push({ row: null }),
    endTable: () => void tables.pop(),
    row() {
      const table = tables.at(-1);
      if (table) table.row = { cells: [], length: 0, dropped: false };
    },
    cell: () => void rowOf(-1)?.cells.push([]),
    covered(count) {
      const row = rowOf(-1);
      const current = row?.cells.pop();
      for (let left = Math.min(count, COVERED); left > 0; left--) row?.cells.push([]);
      if (current) row?.cells.push(current);
    },
    drop() {
      const row = rowOf(-1);
      if (row) row.dropped = true;
    },
    endRow() {
      const [table, row] = [tables.at(-1), rowOf(-1)];
      if (table && row) {
        if (row.dropped) row.cells = [];
        const first = row.cells.find((cell) => cell.length > 0)?.[0];
        const isTable = row.length <= LONGEST_ROW && (row.cells.length > 1 || row.cells[0]?.length === 1);
        if (isTable && first) row.cells = [[{ kind: "table_row", text: textOf(row), place: first.place }]];
        flush(row);
        table.row = null;
      }
      return tables.every((one) => one.row === null);
    },
    tell(block) {
      const row = rowOf(-1);
      if (!row || row.cells.length === 0) return out(block);
      put(row, block);
      if (row.length > 16 * LONGEST_ROW) flush(row);
    },
    within: () => tables.some(({ row }) => row !== null),
  };
}

const cellText = (blocks: readonly Block[]): string => blocks.map(({ text }) => text.replace(/\s+/g, " ")).join(" ");
/** Empty cells at its end are left out. */
const textOf = ({ cells }: Row): string => cells.map(cellText).join("\t").trimEnd();

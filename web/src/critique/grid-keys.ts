/** Which cell of a grid a key leads to. Pure. */
export type GridPlace = { row: number; column: number };

/** null: not a key of the grid. At an edge one stays. */
export function stepped(
  key: string,
  far: boolean,
  { row, column }: GridPlace,
  size: { rows: number; columns: number },
): GridPlace | null {
  const [lastRow, lastColumn] = [size.rows - 1, size.columns - 1];
  const moves: Readonly<Record<string, GridPlace>> = {
    ArrowUp: { row: far ? 0 : row - 1, column },
    ArrowDown: { row: far ? lastRow : row + 1, column },
    ArrowLeft: { row, column: far ? 0 : column - 1 },
    ArrowRight: { row, column: far ? lastColumn : column + 1 },
    Home: { row: far ? 0 : row, column: 0 },
    End: { row: far ? lastRow : row, column: lastColumn },
    PageUp: { row: 0, column },
    PageDown: { row: lastRow, column },
  };
  const to = moves[key];
  if (!to) return null;
  const within = (value: number, last: number) => Math.max(0, Math.min(value, last));
  return { row: within(to.row, lastRow), column: within(to.column, lastColumn) };
}

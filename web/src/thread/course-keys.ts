/** Where a key leads in the course of a thread, whose cells are not all there. Pure. */
type Spot = { row: number; column: number };

/** `there`: of each row, which columns have a cell. null: not a key of the course, or nothing lies that way. */
export function courseStep(
  key: string,
  far: boolean,
  { row, column }: Spot,
  there: readonly (readonly number[])[],
): Spot | null {
  const lines = there.flatMap((columns, at) => (columns.length > 0 ? [at] : []));
  const own = there[row] ?? [];
  const down = lines.find((line) => line > row);
  const up = lines.findLast((line) => line < row);
  switch (key) {
    case "ArrowRight":
      return spot(row, far ? own.at(-1) : own.find((one) => one > column));
    case "ArrowLeft":
      return spot(row, far ? own[0] : own.findLast((one) => one < column));
    case "ArrowDown":
      return beneath(far ? lines.at(-1) : down, column, there);
    case "ArrowUp":
      return beneath(far ? lines[0] : up, column, there);
    case "Home":
      return far ? spot(lines[0], there[lines[0] ?? 0]?.[0]) : spot(row, own[0]);
    case "End":
      return far ? spot(lines.at(-1), there[lines.at(-1) ?? 0]?.at(-1)) : spot(row, own.at(-1));
    default:
      return null;
  }
}

const spot = (row: number | undefined, column: number | undefined): Spot | null =>
  row === undefined || column === undefined ? null : { row, column };

/** In that row, the cell that is nearest to the column. */
function beneath(row: number | undefined, column: number, there: readonly (readonly number[])[]): Spot | null {
  const cells = there[row ?? 0] ?? [];
  const away = (one: number) => Math.abs(one - column);
  return spot(row, cells.toSorted((one, other) => away(one) - away(other))[0]);
}

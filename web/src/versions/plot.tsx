/** The picture of the scores, drawn in pixels of the width it is given. */
import { useWords } from "../i18n/words.tsx";
import { useHue, useModelName } from "../ui/parts.tsx";
import { type Round, rangeOf } from "./scores.ts";

const HEIGHT = 230;
const [LEFT, RIGHT, TOP, BOTTOM] = [34, 18, 22, 30];
/** Between the dots of two critics of one iteration, at most; the iteration's own point has the middle. */
const APART = 11;
const MIDDLE = 5;

type Scale = { x: (index: number) => number; y: (score: number) => number; low: number; high: number; step: number };

function scaleOf(rounds: readonly Round[], threshold: number | null, width: number): Scale {
  const values = rounds.flatMap(({ score, dots }) => [
    ...dots.map((dot) => dot.score),
    ...(score === null ? [] : [score]),
  ]);
  const { low, high } = rangeOf(threshold === null ? values : [...values, threshold]);
  const step = (width - LEFT - RIGHT) / Math.max(1, rounds.length);
  return {
    ...{ low, high, step },
    x: (index) => LEFT + step * (index + 0.5),
    y: (score) => TOP + ((high - score) / (high - low)) * (HEIGHT - TOP - BOTTOM),
  };
}

type Props = { rounds: readonly Round[]; threshold: number | null; width: number; label: string };

export function Plot({ rounds, threshold, width, label }: Props) {
  const scale = scaleOf(rounds, threshold, width);
  return (
    <svg width={width} height={HEIGHT} role="img" aria-label={label}>
      <Grid rounds={rounds} scale={scale} width={width} />
      {threshold !== null && <Threshold value={threshold} scale={scale} width={width} />}
      {rounds.map(({ iteration, dots }, index) =>
        dots.map(({ model, score }, at) => (
          <Dot
            key={`${iteration} ${model}`}
            model={model}
            score={score}
            x={scale.x(index) + besideOf(at, dots.length, scale.step)}
            y={scale.y(score)}
          />
        )),
      )}
      <Course rounds={rounds} scale={scale} />
    </svg>
  );
}

/** Half of the dots on the left of the middle, half on the right. */
function besideOf(at: number, count: number, step: number): number {
  const left = count >> 1;
  const place = at < left ? at - left : at - left + 1;
  return place * Math.min(APART, (step * 0.62) / (count + 1)) + Math.sign(place) * MIDDLE;
}

function Grid({
  rounds,
  scale: { x, y, low, high },
  width,
}: {
  rounds: readonly Round[];
  scale: Scale;
  width: number;
}) {
  const points = Array.from({ length: high - low + 1 }, (_, at) => low + at);
  const marked = high - low > 5 ? points.filter((point) => (high - point) % 2 === 0) : points;
  return (
    <g className="versions-grid">
      {marked.map((point) => (
        <g key={point}>
          <line x1={LEFT} x2={width - RIGHT} y1={y(point)} y2={y(point)} />
          <text x={LEFT - 9} y={y(point)} dy="0.35em" textAnchor="end">
            {point}
          </text>
        </g>
      ))}
      {rounds.map(({ iteration }, index) => (
        <text key={iteration} x={x(index)} y={HEIGHT - 8} textAnchor="middle">
          {iteration}
        </text>
      ))}
    </g>
  );
}

function Threshold({ value, scale: { y }, width }: { value: number; scale: Scale; width: number }) {
  const { t, score } = useWords();
  return (
    <g className="versions-threshold">
      <line x1={LEFT} x2={width - RIGHT} y1={y(value)} y2={y(value)} />
      <text x={LEFT + 6} y={y(value) - 6}>
        {t("versions.threshold", { score: score(value) })}
      </text>
    </g>
  );
}

function Dot({ model, score, x, y }: { model: string; score: number; x: number; y: number }) {
  const words = useWords();
  const nameFor = useModelName();
  const hue = useHue(model);
  return (
    <circle className="versions-dot" cx={x} cy={y} r={4} style={{ "--hue": hue } as Record<string, string>}>
      <title>{`${nameFor(model)}: ${words.score(score)}`}</title>
    </circle>
  );
}

/** The line of the scores; where one is missing it is broken. */
function Course({ rounds, scale: { x, y } }: { rounds: readonly Round[]; scale: Scale }) {
  const { score } = useWords();
  const places = rounds.map((round, index) => ({
    ...round,
    x: x(index),
    y: round.score === null ? null : y(round.score),
  }));
  const path = places
    .map((place, index) => {
      if (place.y === null) return "";
      return `${index > 0 && places[index - 1]?.y !== null ? "L" : "M"}${place.x} ${place.y}`;
    })
    .join("");
  return (
    <g className="versions-course">
      <path d={path} />
      {places.map(({ iteration, score: value, x: left, y: top }) =>
        value === null || top === null ? null : (
          <g key={iteration}>
            <circle cx={left} cy={top} r={5.5} />
            <text x={left} y={top - 12} textAnchor="middle">
              {score(value)}
            </text>
          </g>
        ),
      )}
    </g>
  );
}

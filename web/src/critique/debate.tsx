export function Debate(_: { compact?: boolean }) {
  return <p>Debate</p>;
}

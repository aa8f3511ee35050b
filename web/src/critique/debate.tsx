export function Debate() {
  return <p>Debate</p>;
}

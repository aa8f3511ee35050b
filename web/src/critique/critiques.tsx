export function Critiques() {
  return <p>Critiques</p>;
}

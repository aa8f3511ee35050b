export function Cost() {
  return <p>Cost</p>;
}

export function Answer() {
  return <p>Answer</p>;
}

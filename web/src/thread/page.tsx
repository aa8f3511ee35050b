export default function ThreadPage() {
  return <h1>ThreadPage</h1>;
}

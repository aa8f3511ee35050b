export default function SharedPage() {
  return <h1>SharedPage</h1>;
}

export function Banner() {
  return <p>Banner</p>;
}

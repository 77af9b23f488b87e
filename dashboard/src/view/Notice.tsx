/** A page that holds one message and nothing else. */
export function Notice({ title, text }: { title: string; text?: string }) {
  return (
    <main class="notice">
      <h1>{title}</h1>
      {text && <p>{text}</p>}
    </main>
  );
}

'use client';

export default function ErrorPage({ error, reset }: { error: Error; reset: () => void }) {
  return <button onClick={reset}>{error.message}, try again</button>;
}

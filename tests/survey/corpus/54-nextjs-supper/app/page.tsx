import { suppers } from '@/lib/db';

export default async function Page() {
  const list = await suppers();
  return <ul>{list.map((s) => <li key={s.id}>{s.dish}</li>)}</ul>;
}

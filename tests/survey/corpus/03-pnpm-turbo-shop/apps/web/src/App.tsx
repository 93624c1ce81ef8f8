import type { Parcel } from '@parcelhub/contracts';
import { useQuery } from '@tanstack/react-query';

export function App() {
  const { data = [] } = useQuery<Parcel[]>({ queryKey: ['parcels'], queryFn: () => fetch('/api/parcels').then((r) => r.json()) });
  return <ul>{data.map((p) => <li key={p.id}>{p.reference}</li>)}</ul>;
}

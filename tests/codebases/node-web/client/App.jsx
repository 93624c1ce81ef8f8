import { useEffect, useState } from 'react';
import { BookList } from './BookList.jsx';

export function App() {
  const [books, setBooks] = useState([]);
  useEffect(() => {
    fetch('/api/books').then((answer) => answer.json()).then(setBooks);
  }, []);
  return <BookList books={books} />;
}

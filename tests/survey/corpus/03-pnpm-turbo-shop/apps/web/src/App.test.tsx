import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ErrorBoundary } from './ErrorBoundary';

test('children are shown', () => {
  render(<ErrorBoundary>hello</ErrorBoundary>);
  expect(screen.getByText('hello')).toBeTruthy();
});

import { Component, type ReactNode } from 'react';

export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  componentDidCatch(error: Error) {
    navigator.sendBeacon('/api/client-errors', String(error));
  }

  render() {
    return this.state.failed ? <p>Something broke. Reload the page.</p> : this.props.children;
  }
}

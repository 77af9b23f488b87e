import { useLayoutEffect, useState } from 'preact/hooks';

const PREFIX = '#case=';

/** Address of a case's view. A lone surrogate cannot be percent-encoded, so it is replaced first. */
export const caseAddress = (id: string): string =>
  PREFIX + encodeURIComponent(id.replace(/\p{Surrogate}/gu, '\ufffd'));

/** The address without a case, for links back to the list. */
export const LIST_ADDRESS = '#';

/** The case address that the page is at, or null. Addresses are compared, never decoded. */
export function useCaseAddress(): string | null {
  const current = () => (location.hash.startsWith(PREFIX) ? location.hash : null);
  const [address, setAddress] = useState(current);
  useLayoutEffect(() => {
    const follow = () => setAddress(current());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return address;
}

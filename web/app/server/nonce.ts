import { createContext } from 'react';

/** The response's nonce for inline scripts; known on the server only. */
export const NonceContext = createContext<string | undefined>(undefined);

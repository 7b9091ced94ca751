/** Where tokens, keys and passwords lie: the editor's key chain, or files only their user can read. */
export interface SecretStore {
  get(key: string): Promise<string | undefined>;
  store(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

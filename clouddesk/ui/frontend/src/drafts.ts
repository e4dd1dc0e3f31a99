/** Keeping what is typed but not sent yet. */
export {};

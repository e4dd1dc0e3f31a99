/** Lists that follow another list's choice. */
export {};

/** Opening a list's row by double click, Enter or a long press. */
export {};

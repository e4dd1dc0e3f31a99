/** Uploading files before a form is sent. */
export {};

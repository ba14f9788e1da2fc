export const it = "works";

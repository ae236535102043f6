/** The name of an export's folder, which begins with its time: `01768385930622-efd1a093`. Later exports have later names. */
export const exportId = /^\d{10,20}-[0-9a-f]{4,32}$/

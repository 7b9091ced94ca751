const EMAILS = "SELECT email FROM shop.customers";
const COUNT = "SELECT count(*) FROM shop.customers";
const ONE = "SELECT email FROM shop.customers WHERE id = 7";
const FIX = "UPDATE shop.customers SET phone = '+49 30 1' WHERE id = 9";
const DELETE = "DELETE FROM shop.customers WHERE id = 17";
const INSERT =
  "INSERT INTO shop.products (id, sku, name, description, category, price, in_stock) VALUES (1, 'a', 'b', 'c', 'd', 1, 1)";

/** As people write them who do not write English: what the statement does is what they say. */
export const FITTING_ELSEWHERE: readonly (readonly [string, string])[] = [
  ["Kunden zählen", COUNT],
  ["Wie viele Kunden haben wir?", COUNT],
  ["E-Mail von Kunde 7 nachsehen", ONE],
  ["Adressen für den Rundbrief exportieren", EMAILS],
  ["Telefonnummer korrigieren", FIX],
  ["Kunde 17 löschen (DSGVO)", DELETE],
  ["neues Produkt anlegen", INSERT],
  ["Fehlersuche im Checkout", ONE],
  ["compter les clients", COUNT],
  ["rechercher le client 7", ONE],
  ["mettre à jour le téléphone", FIX],
  ["suppression du client 17 (RGPD)", DELETE],
  ["ajouter un produit", INSERT],
  ["envoyer la lettre d'information", EMAILS],
  ["contar clientes", COUNT],
  ["buscar el nombre y correo de los clientes", EMAILS],
  ["corregir el teléfono", FIX],
  ["borrar el cliente 17", DELETE],
  ["añadir un producto", INSERT],
  ["quantos clientes temos", COUNT],
  ["ver e-mails dos clientes", EMAILS],
  ["atualizar telefone", FIX],
  ["excluir cliente 17", DELETE],
  ["conteggio dei clienti", COUNT],
  ["cercare l'indirizzo dei clienti", EMAILS],
  ["aggiornare il telefono", FIX],
  ["cancellazione del cliente 17", DELETE],
  ["aantal klanten", COUNT],
  ["klantgegevens bekijken", EMAILS],
  ["telefoonnummer wijzigen", FIX],
  ["klant 17 verwijderen", DELETE],
  ["Recht auf Vergessenwerden, Kunde 17", DELETE],
  ["droit à l'oubli du client 17", DELETE],
  ["derecho al olvido del cliente 17", DELETE],
  ["direito ao esquecimento do cliente 17", DELETE],
  ["diritto all'oblio del cliente 17", DELETE],
  ["klant 17: recht om vergeten te worden", DELETE],
  ["right to be forgotten", DELETE],
  ["Nummer nachtragen, wie im Bericht verlangt", FIX],
  ["telefoonnummer invullen na controle", FIX],
  ["product in de lijst zetten", INSERT],
  ["cuántos y cuáles clientes tenemos", EMAILS],
  ["quantos e quais clientes", EMAILS],
  // A ticket by its number, and a team, say where it was asked for.
  ["Ticket 12: falsche Telefonnummer", FIX],
  ["Ticket n° 12: numéro à corriger", FIX],
  ["pour le support", ONE],
  ["Support: neue Nummer hinterlegen", FIX],
  // Words that mean something else in a neighbouring language.
  ["nombre de los clientes", EMAILS],
  ["la cuenta del cliente 7", ONE],
  ["gegevens wissen", DELETE],
  ["ich muss wissen, wer das ist", EMAILS],
  ["social media accounts of customers", EMAILS],
];

/** They say one thing, and another is done. */
export const UNFITTING_ELSEWHERE: readonly (readonly [string, string])[] = [
  ["Kunden zählen", EMAILS],
  ["Anzahl der Kunden je Land", EMAILS],
  ["Kunden auflisten", DELETE],
  ["Bestellung 4711 prüfen", EMAILS],
  ["Kunden nicht löschen, nur ansehen", DELETE],
  ["compter les clients", EMAILS],
  ["consulter les clients", FIX],
  ["contar los clientes", EMAILS],
  ["consultar pedidos", DELETE],
  ["contagem de clientes", EMAILS],
  ["ver clientes", DELETE],
  ["conteggio dei clienti", EMAILS],
  ["controllare i clienti", FIX],
  ["aantal klanten tellen", EMAILS],
  ["klanten bekijken", DELETE],
  ["klant 12 opvragen", EMAILS],
];

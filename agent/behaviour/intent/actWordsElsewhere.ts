import type { Act } from "./statedPurpose.ts";

type ActWords = Readonly<Record<Act, string>>;

/**
 * The words for acts in languages other than English. Left out is what is also a name for things there or elsewhere:
 * Spanish `nombre` is a name and French `nombre` a number, `conta` and `cuenta` are accounts.
 */
export const ACT_WORDS_ELSEWHERE: readonly ActWords[] = [
  // German
  {
    count: "zählen zaehlen zähle zählung anzahl wieviele",
    aggregate: `summe summieren durchschnitt durchschnittlich mittelwert statistik auswertung auswerten verteilung
      kennzahl kennzahlen umsatz anteil prognose`,
    look: `anzeigen zeigen zeige liste auflisten suchen suche finden ansehen anschauen nachsehen nachschauen prüfen
      pruefen prüfung pruefung lesen abfragen abfrage untersuchen analysieren analyse vergleichen ermitteln testen
      bericht auskunft beantworten verstehen überblick ueberblick wer welche fehlersuche kontrollieren wissen`,
    export: `exportieren herunterladen kopieren auszug übertragen uebertragen senden schicken versenden weitergeben
      archivieren sichern synchronisieren rundbrief`,
    update: `ändern aendern änderung aenderung aktualisieren aktualisierung korrigieren korrektur beheben anpassen
      anpassung umbenennen setzen zurücksetzen zuruecksetzen markieren stornieren sperren entsperren verschieben
      anonymisieren berichtigen ersetzen erhöhen erhoehen senken zusammenführen zusammenfuehren bereinigen buchen
      speichern freigeben schließen schliessen pflegen nachtragen hinterlegen austauschen richtigstellen verbuchen umstellen
      abschließen abschliessen kennzeichnen`,
    insert: `anlegen hinzufügen hinzufuegen einfügen einfuegen erstellen importieren laden erfassen eintragen neu neue
      neuer neuen registrieren aufnehmen buchen speichern nachtragen hinterlegen einpflegen erweitern`,
    delete: `löschen loeschen löschung loeschung entfernen entfernung bereinigen aufräumen aufraeumen leeren
      aufbewahrung archivieren austragen vergessenwerden vergessen`,
    schema:
      "spalte schema tabelle partition umbenennen migrieren umstellung wartung beschleunigen optimieren",
    grant: "recht rechte berechtigung berechtigungen berechtigen zugriff entziehen freigeben rolle",
  },
  // French
  {
    count: "compter comptage combien dénombrer denombrer",
    aggregate: `somme moyenne moyennes statistique statistiques répartition repartition indicateur indicateurs
      pourcentage tendance médiane prévision`,
    look: `lister afficher montrer voir chercher rechercher recherche trouver consulter regarder vérifier verifier
      vérification contrôler controler lire examiner analyser analyse comparer diagnostiquer comprendre rapport
      répondre repondre qui quel quels quelle quelles enquêter`,
    export:
      "exporter extraire extraction télécharger telecharger copier envoyer transférer transferer partager sauvegarder synchroniser",
    update: `modifier modification corriger correction changer mettre mise jour actualiser renommer remplacer ajuster
      annuler réinitialiser reinitialiser fusionner anonymiser déplacer deplacer restaurer bloquer débloquer
      augmenter baisser nettoyer fermer enregistrer saisir renseigner compléter completer rectifier valider marquer`,
    insert:
      "ajouter ajout insérer inserer créer creer création importer charger enregistrer nouveau nouvelle nouveaux saisir",
    delete:
      "supprimer suppression effacer effacement purger purge enlever retirer nettoyer nettoyage vider archiver oubli",
    schema: "colonne schéma table index migrer optimiser accélérer maintenance renommer",
    grant:
      "droit droits autorisation autorisations permission permissions accorder révoquer revoquer accès rôle",
  },
  // Spanish
  {
    count: "contar conteo cuántos cuantos cuántas cuantas recuento",
    aggregate:
      "suma sumar promedio estadística estadísticas estadisticas distribución porcentaje tendencia indicador mediana",
    look: `listar mostrar ver buscar búsqueda busqueda encontrar consultar consulta revisar revisión comprobar verificar
      leer analizar análisis comparar investigar informe entender responder quién quien cuál cual cuáles cuales qué diagnosticar`,
    export: "exportar extraer extracción descargar copiar enviar transferir compartir respaldar sincronizar",
    update: `actualizar actualización modificar modificación cambiar corregir corrección editar renombrar reemplazar
      ajustar anular cancelar restablecer fusionar anonimizar mover restaurar bloquear desbloquear aumentar bajar
      marcar limpiar cerrar guardar rectificar completar arreglar confirmar`,
    insert:
      "añadir anadir agregar insertar crear creación importar cargar registrar nuevo nueva nuevos guardar",
    delete:
      "borrar borrado eliminar eliminación suprimir purgar quitar limpiar limpieza vaciar archivar olvido baja",
    schema: "columna esquema tabla índice indice migrar optimizar acelerar mantenimiento renombrar",
    grant: "permiso permisos privilegio privilegios conceder revocar acceso rol derecho",
  },
  // Portuguese
  {
    count: "contar contagem quantos quantas",
    aggregate:
      "somar média estatística estatísticas distribuição percentual porcentagem tendência indicador mediana",
    look: `listar mostrar ver buscar procurar busca encontrar consultar consulta revisar revisão verificar conferir ler
      analisar análise comparar investigar relatório relatorio entender responder quem qual quais diagnosticar`,
    export: "exportar extrair extração baixar copiar enviar transferir compartilhar partilhar sincronizar",
    update: `atualizar atualização actualizar modificar alterar alteração mudar corrigir correção editar renomear
      substituir ajustar anular cancelar redefinir anonimizar mover restaurar bloquear desbloquear aumentar marcar
      limpar fechar salvar guardar trocar arrumar completar confirmar baixa`,
    insert:
      "adicionar inserir criar criação importar carregar registrar registar cadastrar cadastro novo nova novos salvar",
    delete:
      "apagar excluir exclusão remover remoção eliminar deletar limpar limpeza esvaziar arquivar esquecimento baixa tirar",
    schema: "coluna esquema tabela índice migrar otimizar acelerar manutenção renomear",
    grant: "permissão permissões privilégio conceder revogar acesso papel direito",
  },
  // Italian
  {
    count: "contare conteggio conteggi quanti quante",
    aggregate: "somma sommare statistica statistiche distribuzione percentuale andamento indicatore mediana",
    look: `elencare mostrare vedere cercare ricerca trovare consultare guardare verificare verifica controllare
      controllo leggere analizzare analisi confrontare indagare rapporto capire rispondere chi quale quali`,
    export: "esportare estrarre estrazione scaricare copiare inviare trasferire condividere sincronizzare",
    update: `aggiornare aggiornamento modificare modifica cambiare correggere correzione rinominare sostituire
      annullare ripristinare unire anonimizzare spostare bloccare sbloccare aumentare pulire chiudere salvare sistemare completare confermare segnare`,
    insert:
      "aggiungere inserire inserimento creare creazione importare caricare registrare nuovo nuova nuovi salvare",
    delete:
      "cancellare cancellazione eliminare eliminazione rimuovere rimozione svuotare pulire pulizia archiviare oblio togliere",
    schema: "colonna schema tabella indice migrare ottimizzare accelerare manutenzione rinominare",
    grant: "permesso permessi privilegio privilegi concedere revocare accesso ruolo diritto",
  },
  // Dutch
  {
    count: "tellen telling aantal hoeveel",
    aggregate: "som optellen gemiddelde gemiddeld statistiek verdeling percentage omzet aandeel prognose",
    look: `tonen toon lijst weergeven zoeken zoek vinden bekijken nakijken controleren controle lezen opvragen
      onderzoeken analyseren analyse vergelijken rapport begrijpen beantwoorden wie welke`,
    export:
      "exporteren downloaden kopiëren kopieren verzenden versturen overzetten delen archiveren synchroniseren nieuwsbrief",
    update: `bijwerken wijzigen wijziging veranderen corrigeren correctie aanpassen herstellen hernoemen vervangen
      annuleren samenvoegen anonimiseren verplaatsen blokkeren verhogen verlagen markeren opschonen sluiten opslaan zetten rechtzetten
      aanvullen invullen verwerken afronden`,
    insert:
      "toevoegen invoegen aanmaken importeren laden registreren nieuw nieuwe invoeren opslaan zetten opvoeren",
    delete: "verwijderen verwijdering wissen opschonen opruimen legen archiveren vergeten weghalen",
    schema: "kolom schema tabel index migreren optimaliseren versnellen onderhoud hernoemen",
    grant: "recht rechten machtiging machtigingen toegang intrekken rol",
  },
];
